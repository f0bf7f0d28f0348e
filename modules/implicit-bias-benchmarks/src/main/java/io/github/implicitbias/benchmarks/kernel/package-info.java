/** JMH benchmarks of the kernels that run at every step. */
@NullMarked
package io.github.implicitbias.benchmarks.kernel;

import org.jspecify.annotations.NullMarked;
