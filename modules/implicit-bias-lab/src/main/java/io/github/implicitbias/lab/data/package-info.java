/** The user's own table of numbers, and its rows in steps. */
package io.github.implicitbias.lab.data;
