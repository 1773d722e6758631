"""How the demo company worked out its targets: drivers in three cases."""

from collections.abc import Iterator

from guantong.demo.rows import Row, Text

# goal, how drivers combine, (driver, low, base, high)
ESTIMATES: tuple[tuple[str, str, tuple[tuple[Text, float, float, float], ...]], ...] = (
    ("C4", "product", (
        (("国内新能源 SUV 市场（辆）", "Domestic market of new-energy SUVs (cars)"), 4_500_000, 4_800_000, 5_100_000),
        (("市场份额", "Share of the market"), 0.018, 0.0205, 0.022),
    )),
    ("SAL1", "sum", (
        (("一二线城市（家）", "Stores in big cities"), 28, 32, 36),
        (("下沉市场（家）", "Stores in smaller cities"), 54, 66, 74),
    )),
    ("NET2", "product", (
        (("商城访客（人）", "Visitors of the shop"), 360_000, 420_000, 480_000),
        (("留资率", "Share that leaves an address"), 0.10, 0.11, 0.12),
        (("成交率", "Share that buys"), 0.16, 0.175, 0.19),
    )),
)  # fmt: skip


def estimate_rows() -> Iterator[Row]:
    """Yield the drivers of each estimated goal."""
    for goal, combine, drivers in ESTIMATES:
        for driver, low, base, high in drivers:
            yield {"goal": goal, "driver": driver, "low": low, "base": base, "high": high, "combine": combine}
