"""The numbers by which the executor knows each kind of operation.

They stand apart from both sides, so that the declarations in `engine.ops` and the compiled dispatch agree
without either importing the other, and so that reading them never imports Numba.
"""

from typing import Final

TAKE_BATCH: Final = 0

DENSE_FORWARD: Final = 10
DENSE_WEIGHT_GRADIENT: Final = 11
DENSE_BIAS_GRADIENT: Final = 12
DENSE_INPUT_GRADIENT: Final = 13

SIGMOID_FORWARD: Final = 20
SIGMOID_BACKWARD: Final = 21
TANH_FORWARD: Final = 22
TANH_BACKWARD: Final = 23
RELU_FORWARD: Final = 24
RELU_BACKWARD: Final = 25
GAUSSIAN_FORWARD: Final = 26
GAUSSIAN_BACKWARD: Final = 27
STEP_FORWARD: Final = 28
STEP_BACKWARD: Final = 29
SOFTMAX_FORWARD: Final = 30
SOFTMAX_BACKWARD: Final = 31

HALF_SQUARED_ERROR: Final = 40
HALF_SQUARED_ERROR_GRADIENT: Final = 41
MEAN_SQUARED_ERROR: Final = 42
MEAN_SQUARED_ERROR_GRADIENT: Final = 43
MEAN_ABSOLUTE_ERROR: Final = 44
MEAN_ABSOLUTE_ERROR_GRADIENT: Final = 45
BINARY_CROSS_ENTROPY: Final = 46
BINARY_CROSS_ENTROPY_GRADIENT: Final = 47
CATEGORICAL_CROSS_ENTROPY: Final = 48
CATEGORICAL_CROSS_ENTROPY_GRADIENT: Final = 49
HINGE: Final = 50
HINGE_GRADIENT: Final = 51
EXPONENTIAL: Final = 52
EXPONENTIAL_GRADIENT: Final = 53
LOGISTIC: Final = 54
LOGISTIC_GRADIENT: Final = 55

L1_PENALTY: Final = 60
L1_PENALTY_GRADIENT: Final = 61
L2_PENALTY: Final = 62
L2_PENALTY_GRADIENT: Final = 63

GRADIENT_STEP: Final = 70
VELOCITY: Final = 71
NESTEROV_STEP: Final = 72
COUNT_STEP: Final = 73
MOVING_AVERAGE: Final = 74
MOVING_AVERAGE_OF_SQUARES: Final = 75
ADAM_STEP: Final = 76

ELU_FORWARD: Final = 80
ELU_BACKWARD: Final = 81
LEAKY_RELU_FORWARD: Final = 82
LEAKY_RELU_BACKWARD: Final = 83
SELU_FORWARD: Final = 84
SELU_BACKWARD: Final = 85
SWISH_FORWARD: Final = 86
SWISH_BACKWARD: Final = 87
GELU_FORWARD: Final = 88
GELU_BACKWARD: Final = 89
SOFTPLUS_FORWARD: Final = 90
SOFTPLUS_BACKWARD: Final = 91
SINE_FORWARD: Final = 92
SINE_BACKWARD: Final = 93

DRAW_MASK: Final = 100
DROPOUT_FORWARD: Final = 101
DROPOUT_BACKWARD: Final = 102
SKIP_FORWARD: Final = 103
SKIP_BACKWARD: Final = 104

CLIP_VALUES: Final = 110
GRADIENT_NORM: Final = 111
CLIP_NORM: Final = 112
COUPLED_DECAY: Final = 113
DECOUPLED_DECAY: Final = 114
SUM_OF_SQUARES: Final = 115
ROOT_SCALED_STEP: Final = 116
ADADELTA_CHANGE: Final = 117
RUNNING_MAXIMUM: Final = 118
DECAYED_MAXIMUM: Final = 119
ADAMAX_STEP: Final = 120
NEXT_MOMENTUM: Final = 121
MOMENTUM_CORRECTION: Final = 122
NESTEROV_MEAN: Final = 123
NADAM_STEP: Final = 124

WHOLE_EPOCHS: Final = 130
STEP_DECAY: Final = 131
EXPONENTIAL_DECAY: Final = 132
INVERSE_ROOT_DECAY: Final = 133
TIME_DECAY: Final = 134
COSINE_DECAY: Final = 135
STEPS_AFTER_WARM_UP: Final = 136
WARM_UP: Final = 137

# A row of the table: the opcode, the addresses of the operands in the order of the kind's signature, two
# sizes, whether the sizes count one row of a batch (1) or the whole operand (0), and the address of the
# scratch space.
MAX_OPERANDS: Final = 8
OPCODE: Final = 0
OPERANDS: Final = 1
SIZE_0: Final = OPERANDS + MAX_OPERANDS
SIZE_1: Final = SIZE_0 + 1
BATCHED: Final = SIZE_1 + 1
SCRATCH: Final = BATCHED + 1
TABLE_COLUMNS: Final = SCRATCH + 1
