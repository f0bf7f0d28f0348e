/**
 * What a run is: one training session as it was recorded. A {@link io.github.implicitbias.run.Run}
 * answers questions about it, from an index that is kept of its records, and writes itself as CSV
 * and JSON. A {@link io.github.implicitbias.run.Recorder} takes the blocks of a run, a {@link
 * io.github.implicitbias.run.RunLog} is what readers see of them, wherever they lie, and a {@link
 * io.github.implicitbias.run.RunFollower} keeps a run up to its log; there are a run file and a run
 * in memory, and storages of others implement the same. The other types are the words for what a
 * run holds: columns and what they mean, records, activation patterns, events, predictions and
 * their verdicts, gaps.
 */
@NullMarked
package io.github.implicitbias.run;

import org.jspecify.annotations.NullMarked;
