"""The table of who may do what, as the manual shows it."""

from guantong.access.policies import ABILITIES, list_scopes
from guantong.messages.labels import label


def ability_table(language: str) -> str:
    """Return the lines of the table: an ability each, with the roles that have it and how far."""
    heads = {
        "zh": "| 能力 | 固定 | 公司可选（默认；范围） |",
        "en": "| ability | fixed | the company chooses (usual; from–to) |",
    }
    lines = [heads[language], "|---|---|---|"]
    for name, ability in ABILITIES.items():
        fixed, chosen = [], []
        for role, bounds in ability.bounds.items():
            scopes = list_scopes(name, role)
            words = [label(f"scopes.{scope}", language) for scope in (bounds.usual, scopes[0], scopes[-1])]
            title = label(f"roles.{role}", language)
            if len(scopes) == 1:
                fixed.append(f"{title}（{words[0]}）" if language == "zh" else f"{title} ({words[0]})")
            else:
                span = (
                    f"{words[0]}；{words[1]}–{words[2]}" if language == "zh" else f"{words[0]}; {words[1]}–{words[2]}"
                )
                chosen.append(f"{title}（{span}）" if language == "zh" else f"{title} ({span})")
        join = "、" if language == "zh" else ", "
        lines.append(f"| {label(f'abilities.{name}', language)} | {join.join(fixed)} | {join.join(chosen)} |")
    return "\n".join(lines)
