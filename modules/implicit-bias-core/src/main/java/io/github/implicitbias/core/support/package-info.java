/**
 * Four notions of a support vector, kept apart: active support, span coefficients, cone support and
 * margin support.
 */
package io.github.implicitbias.core.support;
