# SPDX-License-Identifier: MIT
"""Writes the small residual network that the import tests use, with PyTorch's own outputs beside it.

    python3 make_resnet.py DIRECTORY      (written with PyTorch 1.13.1)

resnet.onnx has its batch norms fused by the exporter, resnet-batch-norm.onnx keeps them. Images are bytes, four of 3 x 16 x 16;
outputs are little-endian floats, ten per image. small.onnx is an untrained network for images of 28 x 28; the values between leaky.onnx's
two convolutions can be negative, so no accelerator takes it.
"""
import sys

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.blocks = nn.Sequential(Block(8, 8, 1), Block(8, 12, 2))
        self.average = nn.AdaptiveAvgPool2d(1)
        self.dense = nn.Linear(12, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.norm(self.stem(x))))
        return self.dense(torch.flatten(self.average(self.blocks(x)), 1))


torch.manual_seed(1)
net = Net().eval()
with torch.no_grad():
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.uniform_(-0.3, 0.3)
            m.running_var.uniform_(0.3, 2)
            m.weight.uniform_(0.5, 1.5)
            m.bias.uniform_(-0.3, 0.3)
    pixels = torch.randint(0, 256, (4, 3, 16, 16))
    outputs = net(pixels.float() / 255)
directory = sys.argv[1]
for name, mode in (("resnet.onnx", torch.onnx.TrainingMode.EVAL), ("resnet-batch-norm.onnx", torch.onnx.TrainingMode.PRESERVE)):
    torch.onnx.export(net, pixels[:1].float() / 255, directory + "/" + name, opset_version=13, training=mode,
                      input_names=["image"], output_names=["scores"], dynamic_axes={"image": {0: "batch"}})
small = nn.Sequential(nn.Conv2d(1, 4, 5, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 10)).eval()
torch.onnx.export(small, torch.zeros(1, 1, 28, 28), directory + "/small.onnx", opset_version=13, input_names=["image"])
leaky = nn.Sequential(nn.Conv2d(1, 2, 5, 2, 2), nn.LeakyReLU(), nn.Conv2d(2, 2, 3), nn.Flatten(), nn.Linear(288, 10)).eval()
torch.onnx.export(leaky, torch.zeros(1, 1, 28, 28), directory + "/leaky.onnx", opset_version=13, input_names=["image"])
pixels.to(torch.uint8).numpy().tofile(directory + "/resnet-images.bin")
outputs.numpy().astype("<f4").tofile(directory + "/resnet-outputs.bin")
