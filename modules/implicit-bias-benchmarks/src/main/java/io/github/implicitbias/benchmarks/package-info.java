/** What watching costs, measured against bare training, and how fast the kernels are. */
package io.github.implicitbias.benchmarks;
