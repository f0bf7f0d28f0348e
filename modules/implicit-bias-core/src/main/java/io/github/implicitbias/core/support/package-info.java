/**
 * Four notions of a support vector, kept apart: active support, span coefficients, cone support and
 * margin support; each with the computation behind it and its metrics per sample.
 */
package io.github.implicitbias.core.support;
