/**
 * Observing at work: a {@link io.github.implicitbias.core.engine.Session} takes one observation
 * after the other from a {@link io.github.implicitbias.core.engine.NetworkSource}, evaluates
 * metrics and predictions, and hands records to recorders without the training waiting for them.
 */
@NullMarked
package io.github.implicitbias.core.engine;

import org.jspecify.annotations.NullMarked;
