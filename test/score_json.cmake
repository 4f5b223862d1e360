# SPDX-License-Identifier: MIT
# What score writes is JSON, and complete.
file(READ ${FILE} text)
string(JSON accelerator GET "${text}" accelerator)
string(JSON layers LENGTH "${text}" layers)
string(JSON policies LENGTH "${text}" policies)
string(JSON formats LENGTH "${text}" formats)
string(JSON measured GET "${text}" layers 1 activation_density_origin)
string(JSON energy GET "${text}" energy_J)
if(NOT accelerator STREQUAL "SONIC" OR NOT layers EQUAL 2 OR NOT policies EQUAL 14 OR NOT formats EQUAL 9 OR NOT measured STREQUAL "measured"
   OR NOT energy GREATER 0)
    message(FATAL_ERROR "${accelerator}: ${layers} layers, ${policies} policies, ${formats} formats, ${measured}, ${energy} J")
endif()
