/** What watching costs, measured against bare training, and how fast the kernels are. */
@NullMarked
package io.github.implicitbias.benchmarks;

import org.jspecify.annotations.NullMarked;
