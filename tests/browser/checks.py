"""What holds for every page, asked of one that is open in a real browser."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from tests.browser.waits import resize

PHONE = 390
WIDER_BY = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
OUTSIDE = """() => [...document.querySelectorAll("main *")].filter(e => {
  const box = e.getBoundingClientRect();
  if (box.right <= document.documentElement.clientWidth + 1 || !box.width) return false;
  for (let up = e.parentElement; up; up = up.parentElement)
    if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return false;
  return true;
}).slice(0, 5).map(e => e.tagName.toLowerCase() + "." + e.className)"""

AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
  return violations.map(one => [one.id, one.impact, one.nodes.slice(0, 4).map(node => node.target)]);
}"""
"""What is no violation is neither described nor sent: most of the time went there."""


@cache
def axe_source() -> str:
    """axe-core, as its dev-only package carries it; it is no part of the program."""
    pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (pip install 'westward[dev]')")
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def axe_violations(page: Any) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA and its best practices: rule, impact, where."""
    page.evaluate(axe_source())  # through the debugger, which the page's own policy does not concern
    return [
        f"{rule} ({impact}): {', '.join(' '.join(map(str, target)) for target in targets)}"
        for rule, impact, targets in page.evaluate(AXE)
    ]


BROKEN = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest("td, th") || !node.parentElement.checkVisibility()) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\d.,]{2,}/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = [...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top));
      if (Math.max(...tops) - Math.min(...tops) > 4) found.add(word[0]);
    }
  }
  return [...found].slice(0, 8);
}"""


def broken_words(page: Any) -> list[str]:
    """Words and numbers of tables of which a part stands on the next line: ``64`` over ``0`` is read as another."""
    return [f"{word!r} is broken over two lines" for word in page.evaluate(BROKEN)]


UNFOLD = """() => [...document.querySelectorAll("main details:not([open])")].map(e => { e.open = true; return e; })"""
FOLD = """folded => folded.forEach(e => { e.open = false; })"""


def scrolls_sideways(page: Any, *, width: int = PHONE) -> list[str]:
    """What makes the page wider than a screen of ``width``, also when all is unfolded; empty when all fits."""
    before = page.viewport_size
    resize(page, width, before["height"])
    found: list[str] = []
    too_wide = page.evaluate(WIDER_BY)
    if too_wide > 0:
        found = [f"{too_wide} px too wide", *page.evaluate(OUTSIDE)]
    else:
        folded = page.evaluate_handle(UNFOLD)
        too_wide = page.evaluate(WIDER_BY)
        found = [f"{too_wide} px too wide when unfolded", *page.evaluate(OUTSIDE)] if too_wide > 0 else []
        page.evaluate(FOLD, folded)
    resize(page, **before)
    return found


def zoomed_out_of_sight(page: Any) -> list[str]:
    """What is cut off at 200 %: a screen of 1280 px then has 640."""
    return scrolls_sideways(page, width=640)


def _to_the_top(page: Any) -> None:
    page.evaluate(
        "() => { const b = document.body; b.tabIndex = -1; b.focus(); b.removeAttribute('tabindex'); scrollTo(0, 0); }"
    )


def skip_link_works(page: Any) -> bool:
    """The first Tab reaches a visible link, and Enter leads to the content."""
    _to_the_top(page)
    page.keyboard.press("Tab")
    first = page.evaluate(
        "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
        " return [e.className, e.getAttribute('href'), b.top >= 0 && b.height > 10]; }"
    )
    if first != ["skip", "#main", True]:
        return False
    from playwright.sync_api import TimeoutError as TooLate

    page.keyboard.press("Enter")
    try:
        page.wait_for_function("() => location.hash === '#main'", timeout=5_000)
    except TooLate:
        return False
    return True


def unreachable_by_keyboard(page: Any, *, at_most: int = 400) -> list[str]:
    """Visible links, buttons and fields of the page that Tab never reaches."""
    wanted = page.evaluate(
        "() => { let n = 0; for (const e of document.querySelectorAll("
        "'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')) {"
        " if (e.disabled || e.tabIndex < 0 || !e.checkVisibility()) continue;"
        " if (e.type === 'radio' && e.name && document.querySelector("
        '`input[type=radio][name="${CSS.escape(e.name)}"]`) !== e) continue;'
        " e.dataset.reach = String(n++); } return n; }"
    )
    _to_the_top(page)
    page.evaluate(
        "() => { const reached = window.reached = new Set(); document.addEventListener('focusin', ({ target: e }) => {"
        " const first = e.type === 'radio' && e.name"
        ' ? document.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"]`) : e;'
        " if (first.dataset?.reach) reached.add(first.dataset.reach); }); }"
    )
    for pressed in range(1, min(at_most, 3 * wanted + 20) + 1):
        page.keyboard.press("Tab")
        if pressed >= wanted and (pressed - wanted) % 5 == 0 and page.evaluate("() => reached.size") == wanted:
            return []
    reached = set(page.evaluate("() => [...reached]"))
    missed = sorted(set(map(str, range(wanted))) - reached, key=int)
    return [page.evaluate("m => document.querySelector(`[data-reach='${m}']`).outerHTML", m)[:120] for m in missed[:5]]


def lost_on_paper(page: Any) -> list[str]:
    """What print would spoil: no words left, ink that is not there, or a page wider than paper."""
    before = page.viewport_size
    page.emulate_media(media="print")
    resize(page, 718, 1000)  # A4 between margins of 1 cm at 96 dpi
    words = page.evaluate("() => document.querySelector('main').innerText.trim().length")
    pale = page.evaluate(
        "() => { const c = getComputedStyle(document.body).color.match(/[0-9.]+/g).map(Number);"
        " return c[0] + c[1] + c[2] > 450; }"
    )
    wide = page.evaluate(WIDER_BY)
    page.emulate_media(media="screen")
    resize(page, **before)
    found = [] if words else ["print: nothing is left"]
    found += ["print: the ink is pale"] if pale else []
    return found + ([f"print: {wide} px wider than A4"] if wide > 0 else [])
