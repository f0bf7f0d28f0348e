/**
 * Four notions of a support vector, kept apart: active support, span coefficients, cone support and
 * margin support; each with the computation behind it and its metrics per sample.
 */
@NullMarked
package io.github.implicitbias.core.support;

import org.jspecify.annotations.NullMarked;
