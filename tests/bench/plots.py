"""The plots, by the name of their file, each with what it says to a reader."""
import plot_google
import plot_growth
import plot_redis
import plot_start_up

PLOTS = {
    "start-up": (plot_start_up, "Everything from the first byte sent to the last lock made, in a fresh process, timed "
                 "from when it is loaded. The dashed line is what lockrec's own round trips and Google's service take; the "
                 "peers make no confirm read."),
    "redis": (plot_redis, "pipe is redis-cli --pipe with commands that were made beforehand: a floor, not a rival; it "
              "neither looks nor compares nor confirms."),
    "growth": (plot_growth, "The same figures against the number of locks: a line as steep as its neighbour grows as fast."),
    "google": (plot_google, "Everything between the program and Google: requests and answers with their headers. "
               "Google allows 60 read requests a minute."),
}


def draw_all(results, alone=False):
    """The SVG of each plot for which there are figures."""
    drawn = {name: module.draw(results, alone) for name, (module, _) in PLOTS.items()}
    return {name: svg for name, svg in drawn.items() if svg is not None}


def caption(name):
    return PLOTS[name][1]
