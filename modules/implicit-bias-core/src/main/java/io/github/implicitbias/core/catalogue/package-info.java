/**
 * The metrics of the library: a file per subject, a declaration per metric, and the lists of the
 * presets. What several metrics of a subject need of one observation stands beside them.
 */
@NullMarked
package io.github.implicitbias.core.catalogue;

import org.jspecify.annotations.NullMarked;
