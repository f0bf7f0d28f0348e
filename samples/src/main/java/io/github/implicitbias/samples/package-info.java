/** One class per sample, and the command line that runs them. */
@NullMarked
package io.github.implicitbias.samples;

import org.jspecify.annotations.NullMarked;
