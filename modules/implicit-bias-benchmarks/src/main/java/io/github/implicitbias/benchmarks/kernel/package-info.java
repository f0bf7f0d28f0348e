/** JMH benchmarks of the kernels that run at every step. */
package io.github.implicitbias.benchmarks.kernel;
