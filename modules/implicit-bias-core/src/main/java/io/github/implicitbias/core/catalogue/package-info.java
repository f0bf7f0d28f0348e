/**
 * The metrics of the library: a file per subject, a declaration per metric, and the lists of the
 * presets.
 */
package io.github.implicitbias.core.catalogue;
