/**
 * Networks that are trained under observation, one or several in a row, and the files of their
 * runs.
 */
package io.github.implicitbias.lab.study;
