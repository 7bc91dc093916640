"""What a person does in the Dagster UI, and what they see there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",  # as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing outside is asked
]
ANSWERS_WITHIN_MS = 20_000
RUNS_WITHIN_MS = 120_000
RUN_PAGE = re.compile("/runs/[0-9a-f-]{36}")


class Ui:
    """The UI at an address, in one page of a browser; its pictures are numbered."""

    def __init__(self, page: Page, url: str, pictures: Path) -> None:
        self.page = page
        self.url = url
        self.pictures = pictures
        self.taken = 0

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def open_asset(self, name: str, view: str = "overview", **query: str) -> None:
        """Open a tab of an asset of Discogs."""
        more = "".join(f"&{key}={quote(value)}" for key, value in query.items())
        self.open(f"/assets/discogs/{name}?view={view}{more}")

    def text(self, words: str) -> Locator:
        """Return where exactly these words are seen; the UI has hidden copies of many."""
        return self.page.get_by_text(words, exact=True).filter(visible=True)

    def see(self, *words: str) -> None:
        for one in words:
            expect(self.text(one).first).to_be_visible()

    def node(self, name: str) -> Locator:
        """Return an asset or group in the graph."""
        nodes = self.page.locator("foreignObject")
        return nodes.get_by_text(name, exact=True).filter(visible=True).first

    def left_of(self, name: str) -> float:
        """Return how far to the right an asset of the graph begins."""
        box = self.node(name).bounding_box()
        assert box is not None, name
        return box["x"]

    def scroll_to(self, heading: str) -> None:
        """Bring a part of the page to its top."""
        self.text(heading).first.evaluate("heading => heading.scrollIntoView()")

    def take_picture(self, name: str) -> None:
        """Save what the window shows, once all is loaded and nothing moves any more."""
        loading = self.page.get_by_text(re.compile("^Loading")).filter(visible=True)
        expect(loading).to_have_count(0)
        self.page.wait_for_timeout(700)
        self.taken += 1
        self.page.screenshot(path=self.pictures / f"{self.taken:02}_{name}.png")

    def filter_graph(self, selection: str) -> None:
        """Type a selection of assets above the graph."""
        self.page.locator(".CodeMirror").first.click()
        self.page.keyboard.type(selection)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(re.compile(re.escape(quote(selection, safe="*"))))

    def choose_month(self, month: str) -> Locator:
        """Open the dialogue "Materialize…", fill it in for one month, and return it."""
        self.page.get_by_role("button", name="Materialize").first.click()
        dialogue = self.page.get_by_role("dialog")
        dialogue.get_by_text("Show all partitions").click()
        months = dialogue.get_by_role("textbox").first
        months.fill(month)
        months.press("Enter")
        return dialogue

    def launch(self, dialogue: Locator) -> None:
        """Launch the one run that a dialogue is filled in for, and go to its page."""
        dialogue.get_by_role("button", name="Launch 1 run").click()
        expect(self.page.get_by_text("Launched run")).to_be_visible()
        self.text("View").first.click()
        self.page.wait_for_url(RUN_PAGE)

    def open_latest_run(self) -> None:
        """Go from a partition's page to the run that materialized it."""
        self.page.locator("a[href*='/runs/']").filter(visible=True).first.click()
        self.page.wait_for_url(RUN_PAGE)

    def wait_for_success(self) -> None:
        """Return when the run on this page has succeeded; fail at once when it has failed."""
        ended = self.text("Success").or_(self.text("Failure")).or_(self.text("Canceled"))
        expect(ended.first).to_be_visible(timeout=RUNS_WITHIN_MS)
        self.see("Success")

    def status(self, heading: str) -> Locator:
        """Return what stands below a heading of an asset's status."""
        return self.text(heading).locator("xpath=following-sibling::*[1]")

    def metadata(self, key: str) -> Locator:
        """Return the value of a key in an asset's table of metadata."""
        # Key, time and value: the tables inside of values have other columns.
        return self.page.locator(f"xpath=//tr[td[1][normalize-space()='{key}']]/td[3]")

    def iter_charts(self) -> Iterator[Locator]:
        """Yield the image of each chart of an asset, while the dialogue that shows it is open."""
        links = self.page.get_by_role("row").get_by_text("[Show Markdown]")
        links.first.wait_for()
        for link in links.all():
            link.click()
            dialogue = self.page.get_by_role("dialog")
            # Loaded when it is first needed.
            dialogue.locator(".dagster-markdown").wait_for()
            image = dialogue.locator("img[src^='data:image/svg+xml']")
            if image.count():
                yield image
            dialogue.get_by_role("button", name="Close").click()
            dialogue.wait_for(state="hidden")


@contextmanager
def browser_page(chromium: str) -> Iterator[Page]:
    """Yield an empty page of a headless Chromium of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(
            viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", timezone_id="UTC"
        )
        context.set_default_timeout(ANSWERS_WITHIN_MS)
        expect.set_options(timeout=ANSWERS_WITHIN_MS)
        try:
            yield context.new_page()
        finally:
            context.close()
            browser.close()
