"""nautilus_trader: event by event, with orders and an account as at an exchange."""

from decimal import Decimal

import adapter
import nautilus_trader
import numpy as np
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, TimeInForce
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

WORK = "moving averages by numpy, BacktestEngine.run (the bars are made into its objects before)"
OPTIONS = (
    "market orders at the close of the bar, a stop-market order at the level, prices to 9 decimals and sizes to 12, the last"
    " bar's signals cleared (ThreadX drops its orders)"
)
VENUE = Venue("SIM")
PRICE_DECIMALS, SIZE_DECIMALS = 9, 12


def _instrument(fee):
    return CurrencyPair(
        instrument_id=InstrumentId(Symbol("BTCUSDT"), VENUE),
        raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC,
        quote_currency=USDT,
        price_precision=PRICE_DECIMALS,
        size_precision=SIZE_DECIMALS,
        price_increment=Price(10**-PRICE_DECIMALS, PRICE_DECIMALS),
        size_increment=Quantity(10**-SIZE_DECIMALS, SIZE_DECIMALS),
        maker_fee=Decimal(str(fee)),
        taker_fee=Decimal(str(fee)),
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
        ts_event=0,
        ts_init=0,
    )


def _sma(values, period):
    """By windows, not by a running sum."""
    out = np.full(len(values), np.nan)
    out[period - 1 :] = np.lib.stride_tricks.sliding_window_view(values, period).mean(axis=1)
    return out


def _crossed(first, second):
    out = np.zeros(len(first), dtype=bool)
    out[1:] = (first[1:] > second[1:]) & (first[:-1] <= second[:-1])
    out[-1] = False
    return out


class LongWithStop(Strategy):
    def __init__(self, instrument, bar_type, entries, exits, stop, fee):
        super().__init__()
        self.instrument = instrument
        self.bar_type = bar_type
        self.entries, self.exits = entries, exits
        self.stop_fraction, self.fee = stop, fee
        self.count = -1

    def on_start(self):
        self.subscribe_bars(self.bar_type)

    def equity(self):
        return float(self.portfolio.account(VENUE).balance_total(USDT))

    def on_bar(self, bar):
        self.count += 1
        flat = self.portfolio.is_flat(self.instrument.id)
        if flat and self.entries[self.count]:
            price = float(bar.close)
            units = int(self.equity() / (price * (1 + self.fee)) * 10**SIZE_DECIMALS) / 10**SIZE_DECIMALS
            size = self.instrument.make_qty(units)
            self.submit_order(self.order_factory.market(self.instrument.id, OrderSide.BUY, size))
            level = self.instrument.make_price(price - self.stop_fraction * price)
            self.submit_order(
                self.order_factory.stop_market(
                    self.instrument.id, OrderSide.SELL, size, level, time_in_force=TimeInForce.GTC, reduce_only=True
                )
            )
        elif not flat and self.exits[self.count]:
            self.cancel_all_orders(self.instrument.id)
            self.close_all_positions(self.instrument.id)


def crossover_stop(bars, execution, _scenarios):
    instrument = _instrument(execution["fee"])
    bar_type = BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close")}
    index = pd.to_datetime(bars.time, utc=True)
    data = BarDataWrangler(bar_type, instrument).process(pd.DataFrame({**columns, "volume": 1e6}, index=index))

    def backtest(one):
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(
            venue=VENUE,
            oms_type=OmsType.NETTING,
            account_type=AccountType.MARGIN,
            base_currency=USDT,
            starting_balances=[Money(execution["capital"], USDT)],
            default_leverage=Decimal(1),
        )
        engine.add_instrument(instrument)
        engine.add_data(data, validate=False)
        fast, slow = _sma(bars.close, one["fast"]), _sma(bars.close, one["slow"]) + 0.000001
        signals = _crossed(fast, slow), _crossed(slow, fast)
        engine.add_strategy(LongWithStop(instrument, bar_type, *signals, one["stop"], execution["fee"]))
        engine.run()
        closed = engine.cache.positions_closed_count() + len(engine.cache.position_snapshots())
        equity = float(engine.cache.account_for_venue(VENUE).balance_total(USDT))
        for position in engine.cache.positions_open():
            equity += float(position.signed_qty) * (bars.close[-1] - position.avg_px_open)
        engine.dispose()
        return closed, equity

    def run(scenarios):
        return [backtest(one) for one in scenarios]

    differs = "fills some stops that the bar opens beyond at their level; ThreadX fills at the open"
    return adapter.Prepared(run, OPTIONS, chunk=1, work=WORK, differs=differs)


adapter.main({"crossover_stop": crossover_stop}, version=nautilus_trader.__version__)
