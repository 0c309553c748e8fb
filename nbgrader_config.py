"""The repository is an nbgrader course; the secrets' tree is generated from `solutions/ex*.py`.

Every `nbgrader` command that is run from this folder reads this file, and so does `python -m
autograder release`.
"""

import warnings
from pathlib import Path

import nbgrader
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ComputeChecksums,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from sqlalchemy.exc import SAWarning

import autograder.gradebook
from autograder.gradebook import hooks
from autograder.gradebook.autograde import GradeCells, RepairingExporter
from autograder.gradebook.bounded import FILTERS, Bounded
from autograder.gradebook.exchange import Collect, ReleaseFeedback
from autograder.gradebook.inbound import source_of_times
from autograder.gradebook.lateness import (
    LatePenalties,
    LatePenalty,
    SettledExport,
    SettledGrades,
)
from autograder.gradebook.mathml import FormulasToMathML
from autograder.gradebook.pages import FeedbackExporter
from autograder.release.clear_stubs import ClearStubs
from autograder.unit.course import Course
from autograder.unit.lateness import Rules, extensions, timezone

# nbgrader 0.9 adds rows in an order that SQLAlchemy 2 remarks on at every submission; nothing
# is lost.
warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)

c = get_config()  # noqa: F821, traitlets puts it here
course = Course(Path(__file__).parent)
# A mistake in course.toml ends this file before anything is set: nbgrader would go on with the
# half of it.
zone = str(timezone(course))
Rules.of(course), extensions(course), source_of_times(course)
hooks.install()

c.CourseDirectory.root = str(course.root)
c.CourseDirectory.course_id = course.settings.course.id
c.CourseDirectory.source_directory = "solutions/_source"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
sqlite = f"sqlite:///{course.make_grading() / 'gradebook.db'}"
c.CourseDirectory.db_url = course.settings.gradebook.url or sqlite
# nbgrader copies all else that lies in a folder from each step to the next. The numbers beside
# a notebook and nbgrader's own timestamp.txt must travel (without the latter a second
# submission is not graded); code must not, nor what editors and tools leave behind.
c.CourseDirectory.ignore = [
    ".*",
    "*.py",
    "*.pyc",
    "__pycache__",
    "*.toml",
    "*.db",
    "*.log",
    "*~",
    "*.bak",
    "*.orig",
]

# The order matters: stubs are cleared before checksums are taken and cells are saved, so that
# the gradebook, too, holds what students get. ClearHiddenTests comes after SaveCells (nbgrader
# restores hidden tests from there) and changes cells, hence checksums once more. The last check
# sees what is published. Left out: InstantiateTests (starts a kernel for a directive that no
# source has), headers and footers, and mark schemes.
c.GenerateAssignment.preprocessors = [
    LockCells,
    ClearStubs,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ComputeChecksums,
    CheckCellMetadata,
]

# `autograde` reads copies of what was handed in, made without following a link (hooks.install
# above). A submission is repaired as it is read (RepairingExporter), so the stock preprocessors
# find the cells that they look for. Execute is replaced: the core grades the file that was
# handed in and writes one result a grade cell. Left out: DeduplicateIds (breaks pasted cells),
# IgnorePattern and LimitOutput (there is no output but ours).
c.Autograde.exporter_class = RepairingExporter
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    GradeCells,
    SaveAutoGrades,
    LatePenalties,
    CheckCellMetadata,
]

# Lateness: the rules of course.toml. A step that shows or counts marks settles them first,
# since nbgrader looks at dates and points only while it grades: points given by hand come
# later, and a date may be moved.
c.AssignLatePenalties.plugin_class = LatePenalty
c.ExportApp.plugin_class = SettledExport
c.ExchangeFactory.collect = Collect
c.ExchangeFactory.release_feedback = ReleaseFeedback

# The exchange, and how formgrader shows dates. A hand-in's time is written in UTC, nbgrader's
# default: it cannot read the name of a zone again.
if folder := course.settings.exchange.root:
    c.Exchange.root = str(course.root / Path(folder).expanduser())
c.NbGraderAPI.timezone = zone

# Pages load nothing from another host: formulas become MathML, and the templates' MathJax is
# emptied. No text makes one slow: what is too long is cut (Bounded), and what takes the square
# of a text's length is replaced (FILTERS). Feedback has an exporter of its own, since
# formgrader makes its page of a submission with the plain one.
c.GenerateFeedback.preprocessors = [
    SettledGrades,
    Bounded,
    FormulasToMathML,
    CSSHTMLHeaderPreprocessor,
]
c.GenerateFeedback.exporter_class = FeedbackExporter
c.FeedbackExporter.template_name = "feedback_offline"
c.FeedbackExporter.preprocessors = []
c.HTMLExporter.template_name = "formgrade_offline"
c.HTMLExporter.preprocessors = [Bounded, FormulasToMathML]
c.HTMLExporter.filters = FILTERS
c.HTMLExporter.extra_template_basedirs = [
    str(Path(autograder.gradebook.__file__).parent),
    str(
        Path(nbgrader.__file__).parent
        / "server_extensions"
        / "formgrader"
        / "templates"
    ),
]
