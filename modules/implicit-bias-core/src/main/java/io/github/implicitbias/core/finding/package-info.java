/**
 * What is found in a training while it runs: rules, a file each, that look at the course of a run
 * and say in a sentence with numbers how training is and what to do about it.
 */
@NullMarked
package io.github.implicitbias.core.finding;

import org.jspecify.annotations.NullMarked;
