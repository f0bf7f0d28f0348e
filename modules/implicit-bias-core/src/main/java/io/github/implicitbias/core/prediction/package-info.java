/**
 * What a prediction is: a checkable statement about training with the conditions under which it
 * applies, judged record by record, and its verdict.
 */
@NullMarked
package io.github.implicitbias.core.prediction;

import org.jspecify.annotations.NullMarked;
