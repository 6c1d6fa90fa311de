// A worker that only counts: browsers slow down the timers of pages that are out of sight.

setInterval(() => postMessage(null), 1000);
