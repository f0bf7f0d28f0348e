/** Named sets of metrics. */
@NullMarked
package io.github.implicitbias.predictions;

import org.jspecify.annotations.NullMarked;
