/** The units of a layer at a start, as numbers and as a picture. */
package io.github.implicitbias.lab.unit;
