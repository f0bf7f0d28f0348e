/** The user's own table of numbers, and its rows in steps. */
@NullMarked
package io.github.implicitbias.lab.data;

import org.jspecify.annotations.NullMarked;
