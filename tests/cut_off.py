"""What a page cuts off, or lets scroll sideways without a sign that there is more."""

# A thing that is wider than its place may scroll inside itself where a shade says so; what hides
# its overflow hides words. Text that a screen reader alone is meant for is clipped on purpose.
FOUND = """() => {
    document.querySelectorAll('main details').forEach(fold => { fold.open = true; });
    document.querySelectorAll('main .fold-button[aria-expanded=false]').forEach(b => b.click());
    const aside = e => {
        const s = getComputedStyle(e);
        return s.clipPath.startsWith('inset') || s.clip !== 'auto' || e.clientWidth <= 8;
    };
    const wide = e => e.scrollWidth > e.clientWidth + 2 && e.checkVisibility()
        && getComputedStyle(e).display !== 'inline' && !e.closest('svg');
    const shaded = e => getComputedStyle(e).backgroundImage.includes('gradient');
    const fault = e => {
        const s = getComputedStyle(e);
        if (s.overflowX === 'visible' || aside(e)) return null;
        if (s.overflowX === 'hidden' || s.overflowX === 'clip') return 'cuts off';
        return shaded(e) ? null : 'scrolls without a sign';
    };
    return [...document.querySelectorAll('main *')].filter(wide)
        .map(e => [e, fault(e)]).filter(([, what]) => what)
        .map(([e, what]) => `${e.tagName.toLowerCase()}.${[...e.classList].join('.')} ${what}: `
            + `${e.scrollWidth} in ${e.clientWidth}, ${e.textContent.trim().slice(0, 60)}`);
}"""


def cut_off(page, what):
    """Things of a page that are wider than their place, without a cue, in words; its folds stay
    open.

    Parameters
    ----------
    page : Page
        Opened, in the width that counts.
    what : str
        Which page it is.
    """
    width = page.viewport_size["width"]
    return [f"{what} at {width} px: {found}" for found in page.evaluate(FOUND)]
