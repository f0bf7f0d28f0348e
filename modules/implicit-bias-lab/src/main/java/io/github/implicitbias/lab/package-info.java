/**
 * Experiments as a library. {@code study} trains networks under observation, {@code sweep} trains
 * the same network from many starts, {@code report} writes what came of it, and {@code figure}
 * draws it.
 */
@NullMarked
package io.github.implicitbias.lab;

import org.jspecify.annotations.NullMarked;
