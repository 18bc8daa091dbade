#pragma once
#include <libnet.h>
