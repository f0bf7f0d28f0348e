/** The units of a layer at a start, as numbers and as a picture. */
@NullMarked
package io.github.implicitbias.lab.unit;

import org.jspecify.annotations.NullMarked;
