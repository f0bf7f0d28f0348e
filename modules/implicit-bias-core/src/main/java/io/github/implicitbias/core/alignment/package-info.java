/** How units are aligned with directions of the data and with each other. */
package io.github.implicitbias.core.alignment;
