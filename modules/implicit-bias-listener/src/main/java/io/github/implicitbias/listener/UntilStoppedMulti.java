package io.github.implicitbias.listener;

import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** An iterator that ends when training is asked to stop, of several inputs or outputs. */
final class UntilStoppedMulti implements MultiDataSetIterator {

  private static final long serialVersionUID = 1L;

  private final MultiDataSetIterator of;
  private final ImplicitBiasListener bias;

  UntilStoppedMulti(MultiDataSetIterator of, ImplicitBiasListener bias) {
    this.of = of;
    this.bias = bias;
  }

  @Override
  public boolean hasNext() {
    return !bias.stopRequested() && of.hasNext();
  }

  private void requireNext() {
    if (bias.stopRequested()) {
      throw new NoSuchElementException("training was asked to stop");
    }
  }

  @Override
  public MultiDataSet next() {
    requireNext();
    return of.next();
  }

  @Override
  public MultiDataSet next(int samples) {
    requireNext();
    return of.next(samples);
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    of.setPreProcessor(preProcessor);
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return of.getPreProcessor();
  }

  @Override
  public boolean resetSupported() {
    return of.resetSupported();
  }

  /** What is read ahead would be trained on after the stop. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void reset() {
    of.reset();
  }
}
