/** Named sets of metrics. */
package io.github.implicitbias.predictions;
