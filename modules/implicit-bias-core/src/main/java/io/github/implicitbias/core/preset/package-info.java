/** Named sets of metrics. */
package io.github.implicitbias.core.preset;
