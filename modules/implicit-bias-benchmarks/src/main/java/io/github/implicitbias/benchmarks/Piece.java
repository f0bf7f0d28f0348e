package io.github.implicitbias.benchmarks;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.activation.SmoothLeakyReLU;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * One of our layers, losses or activations, and what a user of Deeplearning4j alone would take
 * instead. The two networks differ in nothing else.
 */
enum Piece {
  /** The same network twice: what the measurement itself is worth. */
  NONE("nothing (stock against itself)", "LossMSE") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return trained(new LossMSE(), Activation.IDENTITY, shape);
    }
  },
  MEAN_SQUARE("MeanSquareLoss", "LossL2") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return trained(ours ? Losses.meanSquare() : new LossL2(), Activation.IDENTITY, shape);
    }
  },
  HALF_MEAN_SQUARE("HalfMeanSquareLoss", "LossMSE") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return trained(ours ? Losses.halfMeanSquare() : new LossMSE(), Activation.IDENTITY, shape);
    }
  },
  LOGISTIC("LogisticLoss", "LossBinaryXENT, sigmoid") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return ours ? margin(Losses.logistic(), shape) : crossEntropy(shape);
    }

    @Override
    boolean zeroOrOne(boolean ours) {
      return !ours;
    }
  },
  EXPONENTIAL("ExponentialLoss", "LossBinaryXENT, sigmoid") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return ours ? margin(Losses.exponential(), shape) : crossEntropy(shape);
    }

    @Override
    boolean zeroOrOne(boolean ours) {
      return !ours;
    }
  },
  LOG_OF("LogOf(LogisticLoss)", "LossBinaryXENT, sigmoid") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return ours
          ? margin(Losses.logOf(Losses.logistic(), shape.samples()), shape)
          : crossEntropy(shape);
    }

    @Override
    boolean zeroOrOne(boolean ours) {
      return !ours;
    }
  },
  FIXED_SIGNS("FixedSignOutputLayer", "OutputLayer with rate 0") {
    @Override
    Layer output(boolean ours, Shape shape) {
      if (ours) {
        return new FixedSignOutputLayer.Builder(new LossMSE())
            .nIn(shape.units())
            .nOut(shape.outputs())
            .build();
      }
      return new OutputLayer.Builder(new LossMSE())
          .activation(Activation.IDENTITY)
          .hasBias(false)
          .updater(new Sgd(0.0))
          .nIn(shape.units())
          .nOut(shape.outputs())
          .build();
    }
  },
  DOUBLED("DoubledDenseLayer, DoubledOutputLayer", "DenseLayer, OutputLayer") {
    @Override
    Layer hidden(boolean ours, Shape shape) {
      return ours
          ? new DoubledDenseLayer.Builder()
              .nIn(shape.inputs())
              .nOut(shape.units())
              .activation(Activation.RELU)
              .build()
          : super.hidden(false, shape);
    }

    @Override
    Layer output(boolean ours, Shape shape) {
      return ours
          ? new DoubledOutputLayer.Builder(new LossMSE())
              .nIn(shape.units())
              .nOut(shape.outputs())
              .build()
          : trained(new LossMSE(), Activation.IDENTITY, shape);
    }
  },
  NEURONS("NeuronOutputLayer", "OutputLayer, ReLU") {
    @Override
    Layer output(boolean ours, Shape shape) {
      if (ours) {
        return new NeuronOutputLayer.Builder(new LossL2())
            .neurons(shape.outputs())
            .hasBias(true)
            .nIn(shape.units())
            .build();
      }
      return trained(new LossL2(), Activation.RELU, shape);
    }
  },
  LEAKY("ExactLeakyReLU", "ActivationLReLU") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return trained(new LossMSE(), Activation.IDENTITY, shape);
    }

    @Override
    IActivation activation(boolean ours) {
      return ours ? new ExactLeakyReLU(0.1) : new ActivationLReLU(0.1);
    }
  },
  SMOOTH_LEAKY("SmoothLeakyReLU", "ActivationSoftPlus") {
    @Override
    Layer output(boolean ours, Shape shape) {
      return trained(new LossMSE(), Activation.IDENTITY, shape);
    }

    @Override
    IActivation activation(boolean ours) {
      return ours ? new SmoothLeakyReLU(0.1) : Activation.SOFTPLUS.getActivationFunction();
    }
  };

  private final String title;
  private final String stock;

  Piece(String title, String stock) {
    this.title = title;
    this.stock = stock;
  }

  String title() {
    return title;
  }

  String stock() {
    return stock;
  }

  /** Returns the output layer, ours or the stock one. */
  abstract Layer output(boolean ours, Shape shape);

  /** Returns the hidden layer. */
  Layer hidden(boolean ours, Shape shape) {
    return new DenseLayer.Builder()
        .nIn(shape.inputs())
        .nOut(shape.units())
        .activation(activation(ours))
        .build();
  }

  /** Returns the activation of the hidden layer. */
  IActivation activation(boolean ours) {
    return Activation.RELU.getActivationFunction();
  }

  /** Returns true if the labels are 0 and 1 rather than -1 and +1. */
  boolean zeroOrOne(boolean ours) {
    return false;
  }

  private static Layer trained(ILossFunction loss, Activation activation, Shape shape) {
    return new OutputLayer.Builder(loss)
        .activation(activation)
        .nIn(shape.units())
        .nOut(shape.outputs())
        .build();
  }

  private static Layer margin(ILossFunction loss, Shape shape) {
    return trained(loss, Activation.IDENTITY, shape);
  }

  private static Layer crossEntropy(Shape shape) {
    return trained(new LossBinaryXENT(), Activation.SIGMOID, shape);
  }
}
