/** Where the weights of the units of the lowest layer lie, beside the inputs they act on. */
package io.github.implicitbias.core.weightspace;
