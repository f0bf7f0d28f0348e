/**
 * Networks that are trained under observation, one or several in a row, and the files of their
 * runs.
 */
@NullMarked
package io.github.implicitbias.lab.study;

import org.jspecify.annotations.NullMarked;
