"""What is said about a row is seen by who may see the row, mentions reach nobody else, nothing said is lost."""

import datetime
from dataclasses import replace

import pytest

from guantong.access.actions import RoleFor, create_grant, remove_membership
from guantong.access.policies import ForbiddenError, Viewer
from guantong.access.queries import get_audience
from guantong.audit.models import Change, Entry
from guantong.discussion import actions
from guantong.discussion.actions import GoneError, RefusedCommentError, StaleError
from guantong.discussion.events import CommentCreated
from guantong.discussion.models import LONGEST_COMMENT, Comment, Follow
from guantong.discussion.queries import find_comment, get_thread, list_followers
from guantong.findings.actions import keep_check
from guantong.findings.models import Finding
from guantong.goals.models import Goal
from guantong.kit.separation import switch_company
from guantong.kit.subjects import Subject, find_subject, subject_models
from tests.make.cast import OUTSIDER, Cast, build_cast, operator
from tests.make.kept import AT
from tests.make.told import told

pytestmark = pytest.mark.django_db

LATER = AT + datetime.timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    switch_company(cast.company.pk)
    return cast


def goal(viewer: Viewer, code: str = "OPEN1") -> Subject:
    found = find_subject(viewer, "goals", code)
    assert found is not None
    return found


def say(viewer: Viewer, text: str, code: str = "OPEN1", reply_to: str = "") -> Comment:
    return actions.create_comment(viewer, goal(viewer, code), text, reply_to)


def refusal(viewer: Viewer, text: str, code: str = "OPEN1", reply_to: str = "") -> tuple[str, tuple[str, ...]]:
    with pytest.raises(RefusedCommentError) as refused:
        say(viewer, text, code, reply_to)
    return refused.value.fault, refused.value.names


def test_a_comment_is_in_the_thread_of_its_row_and_in_the_trail(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    comment = say(viewer, "  Who helps?\n")
    thread = get_thread(cast.viewer("adviser"), goal(viewer))
    assert [(row.text, row.author.person.code) for row in thread.comments] == [("Who helps?", "UMA")]
    assert not get_thread(viewer, goal(viewer, "G")).comments
    entry = Entry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.details) == ("UMA", "create_comment", {"about": "goals/OPEN1"})
    change = Change.objects.get(entry=entry, table="comments")
    assert (change.record_id, change.kind, change.after["text"]) == (comment.pk, "create", "Who helps?")


@pytest.mark.parametrize("role", ["employee", "administrator", "finance", OUTSIDER])
def test_what_is_said_about_a_private_goal_is_hidden_with_it(cast: Cast, role: str) -> None:
    manager, other = cast.viewer("manager"), cast.viewer(role)
    comment = say(manager, "Between us", "HIDDEN1")
    theirs = find_subject(other, "goals", "HIDDEN1")
    assert theirs is None or theirs.record_id != comment.record_id
    assert find_comment(other, comment.code) is None
    assert not Comment.objects.visible_to(other).exists()
    assert not Follow.objects.visible_to(other).exists()
    for action in (lambda: actions.change_comment(other, comment.code, 1, "x"),
                   lambda: actions.remove_comment(other, comment.code)):  # fmt: skip
        with pytest.raises(GoneError):
            action()


def test_a_comment_goes_and_comes_back_with_its_row(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    comment = say(viewer, "Still here?")
    Goal.objects.filter(code="OPEN1").update(removed_at=AT)
    assert find_comment(viewer, comment.code) is None
    Goal.objects.filter(code="OPEN1").update(removed_at=None)
    assert find_comment(viewer, comment.code) == comment


def test_what_others_of_the_table_with_the_same_id_hide_is_hidden(cast: Cast) -> None:
    """An id of another table's row opens nothing."""
    manager, employee = cast.viewer("manager"), cast.viewer("employee")
    comment = say(manager, "Between us", "HIDDEN1")
    for table in subject_models().keys() - {"goals"}:
        Comment.objects.filter(pk=comment.pk).update(table=table, record_id=-1)
        assert find_comment(manager, comment.code) is None
    Comment.objects.filter(pk=comment.pk).update(table="no such table")
    assert find_comment(employee, comment.code) is None


@pytest.mark.parametrize("text", ["ask @UMA", "ask @[Uma](UMA)", "@UMA and **@UMA**, @UMA."])
def test_who_is_mentioned_follows_and_is_told_once(cast: Cast, text: str) -> None:
    with told(CommentCreated) as events:
        comment = say(cast.viewer("manager"), text)
    (event,) = events
    uma, dan = cast.members["employee"].pk, cast.members["manager"].pk
    assert (event.comment_id, event.author_id, event.mentioned) == (comment.pk, dan, (uma,))
    assert event.followers == (dan, uma)
    assert list_followers(cast.company.pk, "goals", comment.record_id) == [dan, uma]


@pytest.mark.parametrize(
    ("text", "code", "fault", "names"),
    [
        ("", "OPEN1", "empty", ()),
        (" \n ", "OPEN1", "empty", ()),
        ("x" * (LONGEST_COMMENT + 1), "OPEN1", "long", ()),
        ("bell \x07", "OPEN1", "control", ()),
        ("ask @UMA", "HIDDEN1", "outside", ("Uma",)),
        ("ask @EVE", "OPEN1", "outside", ("Eve",)),
        ("ask @EVE and @UMA", "HIDDEN1", "outside", ("Eve", "Uma")),
        ("ask @[Nobody](NOBODY)", "OPEN1", "unknown", ("NOBODY",)),
        (" ".join(f"@P{number}" for number in range(21)), "OPEN1", "many", ()),
    ],
)
def test_a_comment_that_cannot_be_is_refused_and_tells_nobody(
    cast: Cast, text: str, code: str, fault: str, names: tuple[str, ...]
) -> None:
    with told(CommentCreated) as events:
        found = refusal(cast.viewer("manager"), text, code)
    assert (found[0], tuple(sorted(found[1]))) == (fault, names)
    assert not events
    assert not Comment.objects.exists()
    assert not Follow.objects.exists()


@pytest.mark.parametrize("text", ["mail me: a@UMA.example", "`@UMA`", "@nobody", "```\n@UMA\n```", "@@UMA"])
def test_what_only_looks_like_a_mention_tells_nobody(cast: Cast, text: str) -> None:
    with told(CommentCreated) as events:
        say(cast.viewer("manager"), text)
    assert events[0].mentioned == ()


def test_whoever_may_see_a_private_goal_may_be_mentioned_there(cast: Cast) -> None:
    with told(CommentCreated) as events:
        say(cast.viewer("manager"), "@BOSS?", "HIDDEN1")
    assert events[0].mentioned == (cast.members["executive"].pk,)


def test_somebody_who_is_no_member_any_more_cannot_be_mentioned(cast: Cast) -> None:
    remove_membership(operator(cast.company), cast.members["employee"].pk)
    assert refusal(cast.viewer("manager"), "@UMA?") == ("outside", ("Uma",))


def test_an_answer_names_a_comment_of_the_same_row(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    first = say(viewer, "One")
    assert say(viewer, "Two", reply_to=first.code).reply_to == first
    assert refusal(viewer, "Two", "G", first.code)[0] == "reply"
    assert refusal(viewer, "Two", "G", "no such code")[0] == "reply"
    actions.remove_comment(viewer, first.code)
    assert refusal(viewer, "Two", reply_to=first.code)[0] == "reply"
    assert [row.text for row in get_thread(viewer, goal(viewer)).comments] == ["Two"]


def test_one_s_own_comment_is_changed_and_what_it_was_stays_in_the_trail(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    comment = say(viewer, "One")
    changed = actions.change_comment(replace(viewer, at=LATER), comment.code, 1, "Two ")
    assert (changed.text, changed.version, changed.edited_at) == ("Two", 2, LATER)
    change = Change.objects.filter(table="comments").latest("pk")
    assert (change.before, change.after) == ({"text": "One"}, {"text": "Two"})
    entries = Entry.objects.count()
    assert actions.change_comment(viewer, comment.code, 2, "Two").version == 2
    assert Entry.objects.count() == entries


def test_a_changed_comment_tells_only_whom_it_newly_mentions(cast: Cast) -> None:
    viewer = cast.viewer("manager")
    comment = say(viewer, "@UMA?")
    with told(CommentCreated) as events:
        actions.change_comment(viewer, comment.code, 1, "@UMA and @BOSS?")
        actions.change_comment(viewer, comment.code, 2, "@UMA and @BOSS!")
    assert [(event.mentioned, event.followers) for event in events] == [((cast.members["executive"].pk,), ())]


def test_a_change_meets_another_change_and_other_people(cast: Cast) -> None:
    viewer, administrator = cast.viewer("employee"), cast.viewer("administrator")
    comment = say(viewer, "One")
    with pytest.raises(ForbiddenError):
        actions.change_comment(administrator, comment.code, 1, "Mine")
    with pytest.raises(RefusedCommentError):
        actions.change_comment(viewer, comment.code, 1, "")
    actions.change_comment(viewer, comment.code, 1, "Two")
    with pytest.raises(StaleError):
        actions.change_comment(viewer, comment.code, 1, "Three")
    assert find_comment(viewer, comment.code).text == "Two"  # type: ignore[union-attr]


@pytest.mark.parametrize(("role", "may"), [("manager", False), ("employee", True), ("administrator", True)])
def test_a_comment_is_removed_by_who_wrote_it_and_by_administrators(cast: Cast, role: str, may: bool) -> None:
    comment, viewer = say(cast.viewer("employee"), "One"), cast.viewer(role)
    if not may:
        with pytest.raises(ForbiddenError):
            actions.remove_comment(viewer, comment.code)
        return
    actions.remove_comment(viewer, comment.code)
    assert find_comment(viewer, comment.code) is None
    assert Comment.objects.get(pk=comment.pk).text == "One"
    assert Change.objects.filter(table="comments").latest("pk").before["text"] == "One"
    with pytest.raises(GoneError):
        actions.remove_comment(viewer, comment.code)


def test_a_company_that_has_its_employees_only_read_is_obeyed(cast: Cast) -> None:
    cast.company.access = {"comment": {"employee": "none"}}
    cast.company.save()
    viewer = cast.viewer("employee")
    subject = goal(viewer)
    with pytest.raises(ForbiddenError):
        actions.create_comment(viewer, subject, "Hello")
    actions.create_follow(viewer, subject)
    assert get_thread(viewer, subject).is_followed


def test_who_stopped_following_does_not_follow_again_by_writing(cast: Cast) -> None:
    viewer = cast.viewer("employee")
    say(viewer, "One")
    actions.remove_follow(viewer, goal(viewer))
    actions.remove_follow(viewer, goal(viewer))
    say(viewer, "Two")
    assert not get_thread(viewer, goal(viewer)).is_followed
    actions.create_follow(viewer, goal(viewer))
    actions.create_follow(viewer, goal(viewer))
    assert get_thread(viewer, goal(viewer)).is_followed
    kinds = Change.objects.filter(table="follows").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["create", "remove", "restore"]


@pytest.mark.django_db(transaction=True)
def test_findings_are_talked_about_under_a_code_of_their_own(cast: Cast) -> None:
    keep_check(cast.company.pk, AT)
    viewer = cast.viewer("strategy_office")
    finding = Finding.objects.visible_to(viewer).first()
    assert finding is not None
    subject = find_subject(viewer, "findings", finding.code)
    assert subject is not None
    assert subject.record_id == finding.pk
    comment = actions.create_comment(viewer, subject, "Mended tomorrow")
    assert find_comment(viewer, comment.code) == comment
    assert find_comment(cast.viewer(OUTSIDER), comment.code) is None
    for wrong in ("", "GOAL-ORPHAN", ":::", finding.code + "x"):
        assert find_subject(viewer, "findings", wrong) is None


def test_the_page_says_who_may_see_a_private_goal(cast: Cast) -> None:
    viewer = cast.viewer("manager")
    assert get_audience(viewer, goal(viewer)) is None
    allowed = get_audience(viewer, goal(viewer, "HIDDEN1"))
    assert allowed is not None
    codes = {entry.code for entry in allowed}
    assert {"DAN", "ANN", "BOSS"} <= codes
    assert "UMA" not in codes


def test_a_thread_takes_as_many_queries_however_long_it_is(cast: Cast, django_assert_max_num_queries: object) -> None:
    viewer = cast.viewer("manager")
    for number in range(30):
        say(viewer, f"Number {number}, @UMA")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        thread = get_thread(viewer, goal(viewer))
        assert len([(row.author.person.name, list(row.attachments.all())) for row in thread.comments]) == 30


def test_a_long_thread_leads_to_older_comments(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guantong.discussion.queries.PAGE", 3)
    viewer = cast.viewer("manager")
    for number in range(5):
        say(viewer, str(number))
    thread = get_thread(viewer, goal(viewer))
    assert ([row.text for row in thread.comments], thread.older) == (["2", "3", "4"], 2)
    older = get_thread(viewer, goal(viewer), thread.comments[0].code)
    assert ([row.text for row in older.comments], older.older) == (["0", "1"], 0)
    assert not get_thread(viewer, goal(viewer), "no such code").comments


def test_somebody_who_is_granted_a_view_sees_what_was_said_before(cast: Cast) -> None:
    comment = say(cast.viewer("manager"), "Between us", "HIDDEN1")
    assert find_comment(cast.viewer("human_resources"), comment.code) is None
    wanted = RoleFor("strategy_office", reason="Plans")
    create_grant(operator(cast.company), cast.members["human_resources"].pk, wanted)
    assert find_comment(cast.viewer("human_resources"), comment.code) == comment
