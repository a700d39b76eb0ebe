"""The sandbox page as a person uses it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Browser, Page, expect


@dataclass(frozen=True)
class Tab:
    """One tab of the browser, in a context of its own; `faults` is what the browser's console complained of."""

    page: Page
    faults: list[str]

    @classmethod
    async def open(cls, browser: Browser, address: str, *, width: int = 1280, height: int = 800) -> Tab:
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        page = await context.new_page()
        faults: list[str] = []
        page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(address)
        await expect(page.get_by_role("radio").first).to_be_attached()
        return cls(page, faults)

    async def be(self, name: str) -> Tab:
        """Choose who one is."""
        await self.page.locator(".person", has_text=name).click()
        return self

    async def open_group(self) -> Tab:
        await self.page.locator("#conversations button").first.click()
        return self

    async def open_private(self) -> Tab:
        await self.page.locator("#conversations button").last.click()
        return self

    async def say(self, text: str) -> None:
        box = self.page.get_by_label("消息", exact=True).and_(self.page.locator("textarea"))
        await box.fill(text)
        await box.press("Enter")
        await expect(box).to_have_value("")

    async def sees(self, text: str) -> None:
        """The last message of the open conversation holds `text`, before long."""
        await expect(self.page.locator("#thread .message").last).to_contain_text(text)

    async def sees_somewhere(self, text: str) -> None:
        """Some message of the open conversation holds `text`, before long."""
        await expect(self.page.locator("#thread .message", has_text=text).last).to_be_visible()

    async def does_not_scroll_sideways(self) -> None:
        sizes = "[document.documentElement, document.body, document.querySelector('#thread')]"
        wider = await self.page.evaluate(f"{sizes}.filter((one) => one.scrollWidth > one.clientWidth).length")
        assert wider == 0
        cut = "[...document.querySelectorAll('.message, .composer, .window')]"
        beyond = f"{cut}.filter((one) => one.getBoundingClientRect().right > innerWidth).length"
        assert await self.page.evaluate(beyond) == 0
