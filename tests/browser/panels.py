"""The room's panels as people use them: who is here, what is done with whom, the session's settings."""

from typing import Any

from tests.browser.person import Person


def opens(one: Person, panel: str, region: str) -> Any:
    if one.button(panel).get_attribute("aria-expanded") != "true":
        one.button(panel).click()
    side = one.page.get_by_role("complementary", name=region)
    side.wait_for()
    return side


def people_of(one: Person) -> Any:
    return opens(one, "People", "People in the session")


def manage(one: Person) -> Any:
    return opens(one, "Manage", "Manage the session")


def listed(one: Person, part: str) -> Any:
    """The rows of one part of People, in their order: Waiting, Raised hands, On stage, Watching."""
    return people_of(one).get_by_role("region", name=part).get_by_role("listitem")


def acts_on(moderator: Person, name: str) -> Any:
    side = people_of(moderator)
    more = side.get_by_role("button", name=f"More for {name}")
    if more.get_attribute("aria-expanded") != "true":
        more.click()
    return side.get_by_role("group", name=f"Acts on {name}")


def does(moderator: Person, name: str, act: str) -> None:
    """Presses this act on somebody; rows move when rights change, so the group is opened anew."""
    acts_on(moderator, name).get_by_role("button", name=act, exact=True).click()


def invite(host: Person, role: str, *, people: str = "Any number") -> str:
    """A fresh invite link with this role."""
    side = manage(host)
    side.get_by_label("As", exact=True).select_option(label=role)
    side.get_by_label("For", exact=True).select_option(label=people)
    field = side.get_by_label("Invite link")
    before = field.input_value() if field.count() else ""
    side.get_by_role("button", name="Make invite").click()
    host.until(lambda: field.count() > 0 and field.input_value() != before, "fresh invite link")
    link: str = field.input_value()
    return link
