"""From values to places: axes that start and end at round numbers."""
import math


class Linear:
    """From 0."""

    def __init__(self, most, low, high, ticks=6):
        step = 10 ** math.floor(math.log10(most / ticks))
        self.step = next(step * factor for factor in (1, 2, 5, 10) if most / (step * factor) <= ticks)
        self.most, self.low, self.high = most, low, high

    def __call__(self, value):
        return self.low + (self.high - self.low) * value / self.most

    def ticks(self):
        return [self.step * i for i in range(int(self.most / self.step + 1e-9) + 1)]


class Log:
    """From and to a 1, 2 or 5."""

    def __init__(self, values, low, high, margin=1.25):
        self.least = self.round(min(values) / margin, up=False)
        self.most = self.round(max(values) * margin, up=True)
        self.low, self.high = low, high

    @staticmethod
    def round(value, up):
        power = 10.0 ** math.floor(math.log10(value))
        steps = [power * factor for factor in (1, 2, 5, 10)]
        return next(step for step in steps if step >= value * 0.9999) if up else max(s for s in steps if s <= value)

    def __call__(self, value):
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return self.low + (self.high - self.low) * share

    def ticks(self):
        """The powers of ten, and 2 and 5 between them where these are few."""
        first = math.floor(math.log10(self.least)) - 1
        powers = [10.0 ** (first + i) for i in range(math.ceil(math.log10(self.most)) - first + 2)]
        factors = (1, 2, 5) if self.most / self.least < 200 else (1,)
        found = [power * factor for power in powers for factor in factors]
        return [tick for tick in found if self.least * 0.9999 <= tick <= self.most * 1.0001]
