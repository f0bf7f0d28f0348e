/**
 * Where the weights of the units of the lowest layer lie, beside the inputs they act on: in the
 * plane of one or two inputs as they are, of more in that of their first two principal directions.
 */
@NullMarked
package io.github.implicitbias.core.weightspace;

import org.jspecify.annotations.NullMarked;
