"""`guantong trail`: who changed what in a company of the database, and when; that nobody changed the trail itself."""

import argparse
import datetime
import sys

from guantong.audit.models import Change
from guantong.audit.queries import Asked, get_head, list_told
from guantong.cli.database import company_named
from guantong.cli.opening import UsageError, nearest
from guantong.cli.options import add_company, add_format, add_language, day_of
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.cli.trail_export import check_path, export_trail
from guantong.cli.trail_text import Trail, table_name, told_document, write_story, write_told
from guantong.cli.trail_verify import head_of, verify
from guantong.engine.tables import TABLES
from guantong.kit.separation import company_scope
from guantong.messages.labels import LANGUAGES, label, words_of
from guantong.organisation.queries import list_companies, zone_of

_ENTRIES, _ROWS, _LISTED = 20, 5, 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong trail`."""
    parser.add_argument("--table", metavar="NAME", help="只看此工作表,如 goals 或 目标 · only this sheet")
    parser.add_argument("--record", metavar="KEY", help="只看此行,如 G12 · only this row of the sheet")
    parser.add_argument("--kind", choices=Change.KINDS, help="只看此类改动 · only changes of this kind")
    parser.add_argument("--actor", metavar="WHO", help="只看此人所做,如 P033、operator · only what this one did")
    parser.add_argument(
        "--action", action="append", default=[], metavar="NAME", help="只看此操作,可重复 · only this action; repeatable"
    )
    parser.add_argument("--from", dest="since", type=day_of, metavar="DATE", help="自哪一天起 · from which day on")
    parser.add_argument("--to", dest="until", type=day_of, metavar="DATE", help="到哪一天为止,含当天 · up to which day")
    parser.add_argument("--before", metavar="NUMBER", help="此条目之前的 · only entries before this one")
    parser.add_argument(
        "--last", type=int, default=_ENTRIES, metavar="N", help=f"最近几条 · how many entries, the newest ({_ENTRIES})"
    )
    parser.add_argument("--export", metavar="FILE", help="全部写入 .csv 或 .jsonl · write all of it into a file")
    parser.add_argument("--verify", action="store_true", help="核对轨迹未被改动 · prove that nobody changed the trail")
    parser.add_argument("--since", dest="head_since", metavar="HEAD", help="核对:自记下的链尾 · and since a noted head")
    parser.add_argument("--head", action="store_true", help="显示链尾以便记下 · show the head, to note it down")
    parser.add_argument("--installation", action="store_true", help="安装系统自身的轨迹 · the installation's own trail")
    add_company(parser)
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong trail`; returns the exit status.

    Raises:
        UsageError: The call names something that is not there, a row is named without its sheet, nothing is told of it,
            or a file cannot be written.
    """
    if arguments.verify or arguments.head_since or arguments.head:
        return _heads(arguments)
    trail = _trail(arguments)
    asked = _asked(arguments, trail)
    if arguments.export is not None:
        export_trail(trail, asked, check_path(arguments.export, trail.language))
        return 0
    with company_scope(trail.company_id):
        told = list_told(trail.company_id, asked)
    if arguments.record is not None and not told and asked == _only_record(asked):
        sheet = table_name(asked.table or "", trail.language)
        raise UsageError(label("errors.no_trail", trail.language, table=sheet, value=arguments.record))
    if arguments.format == "json":
        sys.stdout.write(document_text(told_document(trail, told)))
        return 0
    if arguments.record is not None:
        print_text(lambda console: write_story(console, trail, told))
    else:
        print_text(lambda console: write_told(console, trail, told, asked.entries))
    return 0


def _trail(arguments: argparse.Namespace) -> Trail:
    """Return whose trail is asked for."""
    if arguments.installation:
        language = arguments.lang or "zh"
        return Trail(0, "", label("trail.installation", language), datetime.UTC, language)
    company = company_named(arguments.company, arguments.lang or "zh")
    language = arguments.lang or company.language or "zh"
    return Trail(company.pk, str(company.code), f"{company.name} ({company.code})", zone_of(company), language)


def _asked(arguments: argparse.Namespace, trail: Trail) -> Asked:
    since, until = (
        day and datetime.datetime.combine(day, time, trail.zone)
        for day, time in ((arguments.since, datetime.time.min), (arguments.until, datetime.time.max))
    )
    is_whole = arguments.format == "json" or arguments.record is not None
    return Asked(
        table=_table(arguments, trail.language),
        record=arguments.record,
        kind=arguments.kind,
        actor=arguments.actor,
        actions=tuple(_action(name, trail.language) for name in arguments.action),
        since=since,
        until=until,
        before=_place(arguments.before, trail.language),
        entries=max(arguments.last, 1),
        changes=_LISTED if is_whole else _ROWS,
    )


def _only_record(asked: Asked) -> Asked:
    """Return the question that asks for a row and nothing more."""
    return Asked(asked.table, asked.record, entries=asked.entries, changes=asked.changes)


def _table(arguments: argparse.Namespace, language: str) -> str | None:
    if arguments.table is None:
        if arguments.record is not None:
            raise UsageError(label("errors.record_table", language, value=arguments.record))
        return None
    names = {**{table.zh: name for name, table in TABLES.items()}, **{name: name for name in TABLES}}
    for each in LANGUAGES:
        names |= {word: name for name, word in words_of("trail.tables", each).items()}
    names |= {name: name for name in words_of("trail.tables", language)}
    if arguments.table not in names:
        raise UsageError(label("errors.table", language, value=arguments.table, near=nearest(arguments.table, names)))
    return names[arguments.table]


def _action(name: str, language: str) -> str:
    known = words_of("trail.actions", language)
    names = {**{word: action for action, word in known.items()}, **{action: action for action in known}}
    if name not in names:
        raise UsageError(label("trail.refused.action", language, value=name, near=nearest(name, names)))
    return names[name]


def _place(text: str | None, language: str) -> tuple[int, int] | None:
    """Return chain and number of an entry as it is shown: `12`, or `2:12` in a chain that is not the first."""
    if text is None:
        return None
    place, colon, number = text.removeprefix("#").rpartition(":")
    parts = (place if colon else "1", number)
    if not all(part.isascii() and part.isdigit() and int(part) < 2**62 for part in parts):
        raise UsageError(label("trail.refused.number", language, value=text))
    return int(parts[0]), int(parts[1])


def _heads(arguments: argparse.Namespace) -> int:
    """Verify trails, or show their heads: of one company, of the installation, or of all."""
    language = arguments.lang or "zh"
    if arguments.installation or arguments.company is not None:
        trails = [_trail(arguments)]
    elif arguments.head_since is not None:
        raise UsageError(label("trail.refused.one", language))
    else:
        trails = [
            *(Trail(each.pk, str(each.code), f"{each.code} {each.name}", zone_of(each), language)
              for each in list_companies()),
            Trail(0, "", label("trail.verify.installation", language), datetime.UTC, language),
        ]  # fmt: skip
    if arguments.verify or arguments.head_since:
        since = head_of(arguments.head_since, language) if arguments.head_since else None
        return verify(trails, since, arguments.format, language)
    for trail in trails:
        with company_scope(trail.company_id):
            number, digest = get_head(trail.company_id)
        sys.stdout.write(f"{trail.code or '-'} {number}:{digest}\n")
    return 0
