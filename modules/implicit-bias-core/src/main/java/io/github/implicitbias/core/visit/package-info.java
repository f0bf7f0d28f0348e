/**
 * Visits: each appearance of a training sample in a training step. Who a sample is ({@link
 * io.github.implicitbias.core.visit.SampleIndex}), what is kept of every sample over all its
 * visits, of every unit over an epoch, and which labels the visits speak against.
 */
@NullMarked
package io.github.implicitbias.core.visit;

import org.jspecify.annotations.NullMarked;
