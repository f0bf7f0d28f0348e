/**
 * What a run is: one training session as it was recorded. A {@link io.github.implicitbias.run.Run}
 * answers questions about it, from an index that is kept of its records; a {@link
 * io.github.implicitbias.run.GrowingRun} takes blocks in. The other types are the words for what a
 * run holds: columns and what they mean, records, activation patterns, events, predictions and
 * their verdicts, gaps.
 */
@NullMarked
package io.github.implicitbias.run;

import org.jspecify.annotations.NullMarked;
