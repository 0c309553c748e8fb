// What the course takes of the editor: its core, Python, and the commands with an undo of their own.
export { createEditor } from "prism-code-editor";
export { defaultCommands, editHistory } from "prism-code-editor/commands";
import "prism-code-editor/languages/python";
import "prism-code-editor/prism/languages/python";
