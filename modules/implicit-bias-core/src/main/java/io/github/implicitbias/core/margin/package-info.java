/** Margins of classification, before the output activation. */
package io.github.implicitbias.core.margin;
