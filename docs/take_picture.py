"""Take the picture of a page for the README, in headless Chromium: `make picture`, after `make report`."""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

PAGE = Path("reports/demo/latest/monitor/report.html")
PICTURE = Path(__file__).with_name("page.png")
SIZE = (1100, 1500)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
)


def main() -> None:
    """Write docs/page.png."""
    page = Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).resolve()
    options = webdriver.ChromeOptions()
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={SIZE[0]},{SIZE[1]}"):
            options.add_argument(flag)
        browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        try:
            browser.get(page.as_uri())
            shot = Image.open(io.BytesIO(browser.get_screenshot_as_png()))
            shot.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(PICTURE, optimize=True)
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
